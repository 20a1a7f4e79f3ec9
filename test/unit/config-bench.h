/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A configuration tree in a temporary directory: files are put there, and it is loaded. */
#pragma once

#include "config/config.h"

#define NET   "[network]\npool = 10.77.0.0/24\n"
#define LINE1 "[line]\nlocation = pci-0000:00:14.0-usb-0:1:1.0\naddress = 10.77.0.2\n"
#define LINE2 "[line]\nlocation = pci-0000:00:14.0-usb-0:2:1.0\naddress = 10.77.0.3\n"
#define USER  "[user]\npassword = secretword\n"

/* A template of mkdtemp(3), then the root directory of the tree. */
extern char root[];

/* Leaves the root, empty. */
void clear_tree(void);

/* The path is one below CONFIG_DIR; files of users.d get 0600. */
void put_mem(const char *path, const void *content, size_t n);
void put(const char *path, const char *content);

/* As config_load, accounts too. */
int load(struct site *ret_site, struct text *ret_complaints);
