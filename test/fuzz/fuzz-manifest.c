/* SPDX-License-Identifier: GPL-2.0-or-later */
/* manifest: our own books, damaged; what is understood is saved and understood again. */
#include "apply/manifest.h"

#include "fuzz.h"
#include "paths.h"
#include "util/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(manifest_free) struct manifest manifest = { 0 }, again = { 0 };

	file_set_root(fuzz_dir());
	fuzz_write(&MANIFEST_PATH[1], data, size);
	if (manifest_load(&manifest) < 0)
		return 0;
	must(manifest_save(&manifest) == 0 && manifest_load(&again) == 0);
	must(manifest.n_outputs == again.n_outputs && manifest.n_items == again.n_items);
	for (size_t i = 0; i < manifest.n_outputs; i++)
		must(manifest_has(&again, manifest.outputs[i].path, manifest.outputs[i].sum));
	return 0;
}
