#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "internal.h"

// A team of threads that sleep between calls. Work is a list of indexed tasks; a free thread takes
// the next index, so that a core that is slowed by a neighbour takes fewer. No task's result
// depends on who runs it.

struct ck_team {
  ck_kernels kernels;
  size_t threads;
  pthread_t *workers;      // threads - 1 of them
  pthread_mutex_t in_use;  // held from ck_enter to ck_leave
  void *scratch;           // kept between calls, only grows
  size_t scratch_bytes;

  pthread_mutex_t lock;  // guards what follows
  pthread_cond_t start, done;
  atomic_ulong round;     // raised for every parallel loop, and to close
  atomic_size_t running;  // workers that have not finished this round
  int closing;
  ck_task *task;
  void *context;
  size_t count;
  atomic_size_t next;
};

typedef struct {
  ck_team *team;
  size_t worker;
} worker_start;

static void run_tasks(ck_team *team, size_t worker) {
  for (;;) {
    size_t index = atomic_fetch_add_explicit(&team->next, 1, memory_order_relaxed);
    if (index >= team->count) return;
    team->task(team->context, index, worker);
  }
}

// Operators follow each other within microseconds, so both sides look for a while (some 100 us)
// before they sleep.
enum { LOOKS = 4000 };
static void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

static void *worker_main(void *argument) {
  worker_start start = *(worker_start *)argument;
  free(argument);
  ck_team *team = start.team;
  for (unsigned long seen = 0;; seen++) {
    for (int look = 0; look < LOOKS && atomic_load(&team->round) == seen; look++) pause_briefly();
    pthread_mutex_lock(&team->lock);
    while (atomic_load(&team->round) == seen) pthread_cond_wait(&team->start, &team->lock);
    int closing = team->closing;
    pthread_mutex_unlock(&team->lock);
    if (closing) return NULL;
    run_tasks(team, start.worker);
    if (atomic_fetch_sub(&team->running, 1) == 1) {
      pthread_mutex_lock(&team->lock);
      pthread_cond_signal(&team->done);
      pthread_mutex_unlock(&team->lock);
    }
  }
}

ck_team *ck_team_create(size_t threads, ck_isa isa) {
  return ck_supported(isa) ? ck_team_create_unchecked(threads, isa) : NULL;
}

ck_team *ck_team_create_unchecked(size_t threads, ck_isa isa) {
  if (threads == 0 || threads > 4096) return NULL;
  ck_team *team = calloc(1, sizeof *team);
  if (!team) return NULL;
  team->kernels = ck_kernels_for(isa);
  team->threads = 1;
  pthread_mutex_init(&team->in_use, NULL);
  pthread_mutex_init(&team->lock, NULL);
  pthread_cond_init(&team->start, NULL);
  pthread_cond_init(&team->done, NULL);
  team->workers = calloc(threads, sizeof *team->workers);
  int failed = !team->workers;
  while (!failed && team->threads < threads) {
    worker_start *start = malloc(sizeof *start);
    failed = !start;
    if (failed) break;
    *start = (worker_start){team, team->threads};
    failed = pthread_create(&team->workers[team->threads - 1], NULL, worker_main, start) != 0;
    if (failed)
      free(start);
    else
      team->threads++;
  }
  if (failed) {
    ck_team_destroy(team);
    return NULL;
  }
  return team;
}

void ck_team_destroy(ck_team *team) {
  if (!team) return;
  pthread_mutex_lock(&team->lock);
  team->closing = 1;
  atomic_fetch_add(&team->round, 1);
  pthread_cond_broadcast(&team->start);
  pthread_mutex_unlock(&team->lock);
  for (size_t i = 0; i + 1 < team->threads; i++) pthread_join(team->workers[i], NULL);
  pthread_cond_destroy(&team->start);
  pthread_cond_destroy(&team->done);
  pthread_mutex_destroy(&team->lock);
  pthread_mutex_destroy(&team->in_use);
  free(team->workers);
  free(team->scratch);
  free(team);
}

int ck_team_use_blas(ck_team *team) {
  team->kernels.blas = ck_blas_library();
  if (!team->kernels.blas) return -1;
  team->kernels.bf16 = NULL;
  team->kernels.amx = NULL;
  return 0;
}

const ck_kernels *ck_team_kernels(const ck_team *team) { return &team->kernels; }

size_t ck_team_threads(const ck_team *team) { return team->threads; }

int ck_enter(ck_team *team, size_t shared_bytes, size_t bytes_per_thread, ck_session *session) {
  session->team = team;
  session->owner = pthread_mutex_trylock(&team->in_use) == 0;
  session->threads = session->owner ? team->threads : 1;
  session->bytes_per_thread = ck_round_up(bytes_per_thread, 64);
  session->memory = NULL;
  size_t shared = ck_round_up(shared_bytes, 64), bytes;
  int refused = __builtin_mul_overflow(session->bytes_per_thread, session->threads, &bytes) ||
                __builtin_add_overflow(bytes, shared, &bytes) || bytes > SIZE_MAX / 2;
  if (!refused && bytes) {
    if (session->owner && bytes <= team->scratch_bytes) {
      session->memory = team->scratch;
    } else {
      const size_t page = 2u << 20;
      refused = posix_memalign(&session->memory, bytes >= page ? page : 64, bytes) != 0;
      if (!refused) ck_advise_large_pages(session->memory, bytes);
      if (!refused && session->owner) {
        free(team->scratch);
        team->scratch = session->memory;
        team->scratch_bytes = bytes;
      }
    }
  }
  if (refused) {
    if (session->owner) pthread_mutex_unlock(&team->in_use);
    return -1;
  }
  session->shared = session->memory;
  session->scratch = session->shared ? session->shared + shared : NULL;
  return 0;
}

void ck_leave(ck_session *session) {
  if (session->owner)
    pthread_mutex_unlock(&session->team->in_use);
  else
    free(session->memory);
}

void ck_parallel(ck_session *session, size_t count, ck_task *task, void *context) {
  ck_team *team = session->team;
  if (session->threads == 1 || count <= 1) {
    for (size_t index = 0; index < count; index++) task(context, index, 0);
    return;
  }
  pthread_mutex_lock(&team->lock);
  team->task = task;
  team->context = context;
  team->count = count;
  atomic_store(&team->next, 0);
  atomic_store(&team->running, team->threads - 1);
  atomic_fetch_add(&team->round, 1);
  pthread_cond_broadcast(&team->start);
  pthread_mutex_unlock(&team->lock);
  run_tasks(team, 0);
  for (int look = 0; look < LOOKS && atomic_load(&team->running); look++) pause_briefly();
  pthread_mutex_lock(&team->lock);
  while (atomic_load(&team->running)) pthread_cond_wait(&team->done, &team->lock);
  pthread_mutex_unlock(&team->lock);
}

typedef struct {
  void (*body)(void *, size_t, size_t);
  void *context;
  size_t rows, block;
} row_blocks;

static void row_block(void *context, size_t index, size_t worker) {
  (void)worker;
  row_blocks *blocks = context;
  size_t first = index * blocks->block;
  blocks->body(blocks->context, first, ck_min(blocks->block, blocks->rows - first));
}

void ck_parallel_rows(ck_team *team, size_t rows, size_t grain,
                      void (*body)(void *, size_t, size_t), void *context) {
  size_t block = grain ? grain : 1;
  if (rows <= block) {  // not worth waking anyone
    if (rows) body(context, 0, rows);
    return;
  }
  ck_session session;
  if (ck_enter(team, 0, 0, &session) != 0) {
    body(context, 0, rows);
    return;
  }
  row_blocks blocks = {body, context, rows, block};
  ck_parallel(&session, ck_divide_up(rows, block), row_block, &blocks);
  ck_leave(&session);
}

void ck_advise_large_pages(void *start, size_t bytes) {
#ifdef MADV_HUGEPAGE
  const uintptr_t page = 2u << 20;
  uintptr_t first = ((uintptr_t)start + page - 1) / page * page,
            last = ((uintptr_t)start + bytes) / page * page;
  if (last > first) madvise((void *)first, last - first, MADV_HUGEPAGE);
#else
  (void)start, (void)bytes;
#endif
}

void ck_keep_freed_memory(void) {
#if defined(__GLIBC__)
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, 0x7fffffff);
  mallopt(M_TOP_PAD, 64 << 20);
#endif
}
