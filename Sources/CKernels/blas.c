#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

// OpenBLAS, found when it is first asked for: a library that most runs never use costs them neither
// its start nor its threads, and a machine without it runs everything else.

static ck_blas library;
static int found;
static pthread_once_t once = PTHREAD_ONCE_INIT;

// sums[column][row] of x [rows][CK_BLAS_INPUTS] and w [CK_BLAS_INPUTS][CK_BLAS_COLUMNS].
static void product(const float *x, const float *w, int rows, float *sums, int stride) {
  library.sgemm(CK_COLUMN_MAJOR, CK_TRANSPOSED, CK_TRANSPOSED, rows, CK_BLAS_COLUMNS,
                CK_BLAS_INPUTS, 1, x, CK_BLAS_INPUTS, w, CK_BLAS_COLUMNS, 0, sums, stride);
}

// Whether a row's bits are the same at every place of a product and in products of few rows and of
// many, which holds where a library puts rows into lanes of vectors and folds the inner dimension
// in one order. Asked of this machine's library, since nothing promises it.
static void compare_rows(void) {
  enum { ROWS = 5 * CK_BLAS_ROWS, SHIFT = 5 };
  float *x = malloc(sizeof(float) * ROWS * CK_BLAS_INPUTS),
        *w = malloc(sizeof(float) * CK_BLAS_INPUTS * CK_BLAS_COLUMNS);
  float *all = malloc(sizeof(float) * ROWS * CK_BLAS_COLUMNS),
        *some = malloc(sizeof(float) * ROWS * CK_BLAS_COLUMNS);
  library.rows = 1;
  library.rows_agree = 0;
  if (x && w && all && some) {
    uint32_t state = 1;
    for (size_t i = 0; i < ROWS * CK_BLAS_INPUTS; i++)
      x[i] = (float)(int32_t)(state = state * 1664525u + 1013904223u) * 0x1p-31f;
    for (size_t i = 0; i < CK_BLAS_INPUTS * CK_BLAS_COLUMNS; i++)
      w[i] = (float)(int32_t)(state = state * 1664525u + 1013904223u) * 0x1p-31f;
    product(x, w, ROWS, all, ROWS);
    for (size_t row = 0; row < ROWS; row += CK_BLAS_ROWS)
      product(x + row * CK_BLAS_INPUTS, w, CK_BLAS_ROWS, some + row, ROWS);
    int agree = memcmp(all, some, sizeof(float) * ROWS * CK_BLAS_COLUMNS) == 0, alike = 1;
    product(x + SHIFT * CK_BLAS_INPUTS, w, CK_BLAS_ROWS, all, ROWS);
    for (size_t column = 0; column < CK_BLAS_COLUMNS; column++)
      for (size_t row = 0; row + SHIFT < CK_BLAS_ROWS; row++)
        alike &= all[column * ROWS + row] == some[column * ROWS + row + SHIFT];
    if (alike) library.rows = CK_BLAS_ROWS;
    library.rows_agree = agree && alike;
  }
  free(x), free(w), free(all), free(some);
}

static void open_library(void) {
  void *handle = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!handle) handle = dlopen("libopenblas.so", RTLD_NOW | RTLD_LOCAL);
  if (!handle) return;
  void (*set_threads)(int) = NULL;
  char *(*core)(void) = NULL, *(*configuration)(void) = NULL;
  *(void **)&library.sgemm = dlsym(handle, "cblas_sgemm");
  *(void **)&set_threads = dlsym(handle, "openblas_set_num_threads");
  *(void **)&core = dlsym(handle, "openblas_get_corename");
  *(void **)&configuration = dlsym(handle, "openblas_get_config");
  if (!library.sgemm || !set_threads || !core || !configuration) return;
  set_threads(1);  // our team calls it, a thread for each task
  // "OpenBLAS 0.3.21 NO_LAPACKE ...": the version is the second word.
  const char *text = configuration(), *version = strchr(text, ' ');
  version = version ? version + 1 : text;
  size_t length = ck_min(strcspn(version, " "), 32);
  memcpy(library.name, version, length);
  library.name[length] = 0;
  strncat(library.name, " ", 2);
  strncat(library.name, core(), 32);
  compare_rows();
  found = 1;
}

const ck_blas *ck_blas_library(void) {
  pthread_once(&once, open_library);
  return found ? &library : NULL;
}

const char *ck_blas_name(void) {
  const ck_blas *blas = ck_blas_library();
  return blas ? blas->name : NULL;
}
