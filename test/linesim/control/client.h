/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Send one command to the simulator at path and print its answer. Returns the exit code. */
int client_run(const char *path, char **words);
