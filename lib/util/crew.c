/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many slow things at once: one thread each. */
#include "util/crew.h"

#include <pthread.h>

#include "util/base.h"

struct crew {
	void (*work)(void *arg, size_t i);
	void *arg;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t ended;
	size_t *ends; /* in the order in which they ended */
	size_t n_ends;
};

struct member {
	struct crew *crew;
	size_t i;
	pthread_t thread;
	bool has_thread;
};

static void *work(void *arg)
{
	struct member *member = arg;
	struct crew *crew = member->crew;

	crew->work(crew->arg, member->i);
	pthread_mutex_lock(&crew->lock);
	crew->ends[crew->n_ends++] = member->i;
	pthread_cond_signal(&crew->ended);
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

static size_t wait_end(struct crew *crew, size_t k)
{
	size_t i;

	pthread_mutex_lock(&crew->lock);
	while (crew->n_ends <= k)
		pthread_cond_wait(&crew->ended, &crew->lock);
	i = crew->ends[k];
	pthread_mutex_unlock(&crew->lock);
	return i;
}

void crew_run(size_t n, void (*each)(void *arg, size_t i), void (*done)(void *arg, size_t i),
	      void *arg)
{
	_cleanup_free_ struct member *members = xcalloc(n, sizeof(*members));
	_cleanup_free_ size_t *ends = xcalloc(n, sizeof(*ends));
	struct crew crew = { .work = each,
			     .arg = arg,
			     .lock = PTHREAD_MUTEX_INITIALIZER,
			     .ended = PTHREAD_COND_INITIALIZER,
			     .ends = ends };

	for (size_t i = 0; i < n; i++) {
		members[i] = (struct member){ .crew = &crew, .i = i };
		members[i].has_thread =
			pthread_create(&members[i].thread, NULL, work, &members[i]) == 0;
	}
	for (size_t i = 0; i < n; i++)
		if (!members[i].has_thread)
			work(&members[i]);
	for (size_t k = 0; k < n; k++) {
		size_t i = wait_end(&crew, k);

		if (done)
			done(arg, i);
	}
	for (size_t i = 0; i < n; i++)
		if (members[i].has_thread)
			pthread_join(members[i].thread, NULL);
}
