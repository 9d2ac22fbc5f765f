#define ROWS_FILL ck_fill_rows_portable
#define ROWS_NAME(name) name##_portable
#include "rows_body.h"
