#ifndef CTESTSUPPORT_H
#define CTESTSUPPORT_H

#include <spawn.h>

// GNU's additions to <spawn.h> and <unistd.h>, which Swift's Glibc module does not show.

/// Both ends are closed in every child that does not ask for them.
int closed_on_exec_pipe(int ends[2]);
/// The child closes every descriptor from `first` on.
int spawn_closes_from(posix_spawn_file_actions_t *actions, int first);
/// The child starts in `folder`.
int spawn_starts_in(posix_spawn_file_actions_t *actions, const char *folder);
/// A pseudo-terminal of so many columns: the test's end and the child's.
int terminal_pair(int ends[2], int columns);

#endif
