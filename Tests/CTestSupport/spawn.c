#define _GNU_SOURCE
#include "CTestSupport.h"

#include <fcntl.h>
#include <pty.h>
#include <unistd.h>

int closed_on_exec_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int spawn_closes_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int spawn_starts_in(posix_spawn_file_actions_t *actions, const char *folder) {
  return posix_spawn_file_actions_addchdir_np(actions, folder);
}

int terminal_pair(int ends[2], int columns) {
  struct winsize size = {.ws_row = 24, .ws_col = (unsigned short)columns};
  if (openpty(&ends[0], &ends[1], NULL, NULL, &size) != 0) return -1;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  return 0;
}
