// SPDX-License-Identifier: ISC
// System V segments, queues and semaphores need no process to stay: what a
// command leaves of them is memory that no later limit would count.
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "jail/inside/inside.h"

// Room for any of what the kernel tells of one.
union told {
	struct shmid_ds shm;
	struct shm_info shm_info;
	struct msqid_ds msg;
	struct msginfo msg_info;
	struct semid_ds sem;
	struct seminfo sem_info;
};

static void
sweep_shm(void)
{
	union told t;
	long id, i, last = syscall(SYS_shmctl, 0, SHM_INFO, &t);

	for (i = 0; i <= last; i++) {
		id = syscall(SYS_shmctl, i, SHM_STAT, &t);
		if (id >= 0)
			syscall(SYS_shmctl, id, IPC_RMID, NULL);
	}
}

static void
sweep_msg(void)
{
	union told t;
	long id, i, last = syscall(SYS_msgctl, 0, MSG_INFO, &t);

	for (i = 0; i <= last; i++) {
		id = syscall(SYS_msgctl, i, MSG_STAT, &t);
		if (id >= 0)
			syscall(SYS_msgctl, id, IPC_RMID, NULL);
	}
}

static void
sweep_sem(void)
{
	union told t;
	long id, i, last = syscall(SYS_semctl, 0, 0, SEM_INFO, &t);

	for (i = 0; i <= last; i++) {
		id = syscall(SYS_semctl, i, 0, SEM_STAT, &t);
		if (id >= 0)
			syscall(SYS_semctl, id, 0, IPC_RMID, NULL);
	}
}

void
ipc_sweep(void)
{
	sweep_shm();
	sweep_msg();
	sweep_sem();
}
