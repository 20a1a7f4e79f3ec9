/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Worker threads: many slow things at once, a thread for each. */
#include "util/parallel.h"

#include <pthread.h>

#include "util/base.h"

struct parallel {
	void (*work)(void *arg, size_t i);
	void *arg;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t ended;
	size_t *ends; /* in the order in which they ended */
	size_t n_ends;
};

struct worker {
	struct parallel *parallel;
	size_t i;
	pthread_t thread;
	bool has_thread;
};

static void *work(void *arg)
{
	struct worker *worker = arg;
	struct parallel *parallel = worker->parallel;

	parallel->work(parallel->arg, worker->i);
	pthread_mutex_lock(&parallel->lock);
	parallel->ends[parallel->n_ends++] = worker->i;
	pthread_cond_signal(&parallel->ended);
	pthread_mutex_unlock(&parallel->lock);
	return NULL;
}

static size_t wait_end(struct parallel *parallel, size_t k)
{
	size_t i;

	pthread_mutex_lock(&parallel->lock);
	while (parallel->n_ends <= k)
		pthread_cond_wait(&parallel->ended, &parallel->lock);
	i = parallel->ends[k];
	pthread_mutex_unlock(&parallel->lock);
	return i;
}

void parallel_run(size_t n, void (*each)(void *arg, size_t i), void (*done)(void *arg, size_t i),
		  void *arg)
{
	_cleanup_free_ struct worker *workers = xcalloc(n, sizeof(*workers));
	_cleanup_free_ size_t *ends = xcalloc(n, sizeof(*ends));
	struct parallel parallel = { .work = each,
				     .arg = arg,
				     .lock = PTHREAD_MUTEX_INITIALIZER,
				     .ended = PTHREAD_COND_INITIALIZER,
				     .ends = ends };

	for (size_t i = 0; i < n; i++) {
		workers[i] = (struct worker){ .parallel = &parallel, .i = i };
		workers[i].has_thread =
			pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
	}
	for (size_t i = 0; i < n; i++)
		if (!workers[i].has_thread)
			work(&workers[i]);
	for (size_t k = 0; k < n; k++) {
		size_t i = wait_end(&parallel, k);

		if (done)
			done(arg, i);
	}
	for (size_t i = 0; i < n; i++)
		if (workers[i].has_thread)
			pthread_join(workers[i].thread, NULL);
}
