#ifndef CCURL_H
#define CCURL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A request; everything is borrowed until ccurl_send returns.
typedef struct {
  const char *url;
  /// Lines as `Name: value`.
  const char *const *headers;
  size_t header_count;
  /// NULL: GET.
  const uint8_t *body;
  size_t body_count;
  /// From the start to the last byte.
  long milliseconds;
  /// A file of certificates to trust in place of the system's; NULL: the system's.
  const char *authorities;
  void *context;
  /// Gets each line of the reply's head with its line end; the status line first.
  void (*header)(void *context, const uint8_t *bytes, size_t count);
  /// Gets the body piece by piece; false ends the transfer.
  bool (*piece)(void *context, const uint8_t *bytes, size_t count);
  /// Asked about once a second while nothing comes; false ends the transfer.
  bool (*goes_on)(void *context);
} ccurl_request;

typedef enum {
  CCURL_DONE = 0,
  /// `piece` or `goes_on` said so.
  CCURL_STOPPED = 1,
  CCURL_TIME = 2,
  /// No connection: the name is unknown, nobody listens.
  CCURL_UNREACHABLE = 3,
  /// The certificate or the handshake.
  CCURL_CERTIFICATE = 4,
  /// The connection broke.
  CCURL_CUT = 5,
} ccurl_result;

/// A handle with the connections it keeps; NULL without memory. One thread at a time may use it.
void *ccurl_open(void);
void ccurl_close(void *handle);

/// Sends a request and waits for the end of the reply. Redirects are not followed, cookies and
/// caches not used.
/// - message: receives the reason of a failure, at most 256 bytes, terminated by zero.
ccurl_result ccurl_send(void *handle, const ccurl_request *request, char message[256]);

#endif
