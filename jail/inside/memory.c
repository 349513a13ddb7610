// SPDX-License-Identifier: ISC
// What memory a command uses: resident pages, page tables, memfds, and by how
// much the box's own objects grew. First the quick sum, which may count a
// page twice; only where that is too much, the costly one, which does not.
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/inside/inside.h"
#include "jail/inside/watch.h"

enum {
	PAGE = 4096,
	INODE = 1024,	   // about what an empty file takes
	SEMAPHORE = 128,   // and what one of a set does
	MOST_US = 2000000, // between two costly looks, whatever they cost
};

static uint64_t
tmpfs_bytes(const char *path)
{
	struct statfs f;

	if (statfs(path, &f) != 0)
		return 0;
	return (f.f_blocks - f.f_bfree) * (uint64_t)f.f_bsize +
	       (f.f_files - f.f_ffree) * INODE;
}

uint64_t
memory_objects(void)
{
	uint64_t sum = tmpfs_bytes("/tmp") + tmpfs_bytes("/dev/shm");
	struct shm_info shm;
	struct msginfo msg;
	struct seminfo sem;

	if (syscall(SYS_shmctl, 0, SHM_INFO, &shm) >= 0)
		sum += (shm.shm_rss + shm.shm_swp) * PAGE;
	if (syscall(SYS_msgctl, 0, MSG_INFO, &msg) >= 0)
		sum += (uint64_t)msg.msgtql;
	if (syscall(SYS_semctl, 0, 0, SEM_INFO, &sem) >= 0)
		sum += (uint64_t)sem.semaem * SEMAPHORE;
	return sum;
}

// When a look that took so long is due again.
static uint64_t
again(uint64_t took_us)
{
	uint64_t wait = took_us * WATCH_SHARE;

	return clock_us() + (wait < MOST_US ? wait : MOST_US);
}

static void
count_memfds(struct memory_watch *w, const struct members *m)
{
	uint64_t start = inside_busy_us();
	struct fds_bytes b;

	fds_count(m, 0, &b);
	w->memfds = b.memfds;
	w->fds_us = again(inside_busy_us() - start);
}

static uint64_t
measure(struct memory_watch *w, const struct members *m, uint64_t tables,
    bool *twice)
{
	struct procfs_sums parts = {0};
	uint64_t mapped = 0;
	size_t i;

	count_memfds(w, m);
	for (i = 0; i < m->n && clock_us() < m->until_us; i++)
		procfs_add_parts(m->pid[i], &parts);
	// What is in an object and mapped was counted twice.
	*twice = parts.shmem != 0 && w->memfds + w->objects != 0;
	if (!*twice)
		return parts.anon + parts.shmem + tables + w->memfds +
		       w->objects;
	for (i = 0; i < m->n && clock_us() < m->until_us; i++)
		mapped += procfs_mapped(m->pid[i], fds_met);
	// Without the time to tell, nobody dies for what may be one and the
	// same: the next look may have it.
	if (mapped > parts.shmem || i < m->n)
		mapped = parts.shmem;
	return parts.anon + parts.shmem - mapped + tables + w->memfds +
	       w->objects;
}

// Who ends while he is looked at may be counted twice: his mappings are gone
// before his memory is told to be.
static uint64_t
measure_sure(struct memory_watch *w, const struct members *m, uint64_t tables,
    uint64_t limit)
{
	bool twice;
	uint64_t sum = measure(w, m, tables, &twice), second;

	if (sum <= limit || !twice)
		return sum;
	second = measure(w, m, tables, &twice);
	return second < sum ? second : sum;
}

uint64_t
memory_of(struct memory_watch *w, const struct members *m,
    const struct procfs_sums *s, uint64_t limit)
{
	uint64_t objects = memory_objects(), now = clock_us();
	uint64_t quick, exact, start = inside_busy_us();

	w->objects = objects > w->start ? objects - w->start : 0;
	if (now >= w->fds_us)
		count_memfds(w, m);
	w->dear_us = inside_busy_us() - start;
	quick = s->anon + s->shmem + s->tables + w->memfds + w->objects;
	if (quick <= limit)
		return quick;
	exact = quick - (w->twice < quick ? w->twice : quick);
	if (exact <= limit && now < w->exact_us)
		return exact;
	start = inside_busy_us();
	exact = measure_sure(w, m, s->tables, limit);
	quick = s->anon + s->shmem + s->tables + w->memfds + w->objects;
	w->twice = quick > exact ? quick - exact : 0;
	w->exact_us = again(inside_busy_us() - start);
	w->dear_us += inside_busy_us() - start;
	return exact;
}
