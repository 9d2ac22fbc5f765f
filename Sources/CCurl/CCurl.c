#include <curl/curl.h>
#include <pthread.h>
#include <string.h>

#include "CCurl.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void initialize(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

void *ccurl_open(void) {
  pthread_once(&once, initialize);
  return curl_easy_init();
}

void ccurl_close(void *handle) { curl_easy_cleanup(handle); }

static size_t on_header(char *bytes, size_t size, size_t count, void *context) {
  const ccurl_request *request = context;
  request->header(request->context, (const uint8_t *)bytes, size * count);
  return size * count;
}

static size_t on_piece(char *bytes, size_t size, size_t count, void *context) {
  const ccurl_request *request = context;
  return request->piece(request->context, (const uint8_t *)bytes, size * count)
             ? size * count
             : CURL_WRITEFUNC_ERROR;
}

static int on_progress(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
  const ccurl_request *request = context;
  return request->goes_on(request->context) ? 0 : 1;
}

static ccurl_result result(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return CCURL_DONE;
    case CURLE_WRITE_ERROR:
    case CURLE_ABORTED_BY_CALLBACK:
      return CCURL_STOPPED;
    case CURLE_OPERATION_TIMEDOUT:
      return CCURL_TIME;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return CCURL_UNREACHABLE;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
      return CCURL_CERTIFICATE;
    default:
      return CCURL_CUT;
  }
}

ccurl_result ccurl_send(void *handle, const ccurl_request *request, char message[256]) {
  CURL *curl = handle;
  struct curl_slist *headers = NULL;
  char reason[CURL_ERROR_SIZE] = "";
  curl_easy_reset(curl);  // keeps the connections
  for (size_t i = 0; i < request->header_count; i++)
    headers = curl_slist_append(headers, request->headers[i]);
  // Without this libcurl waits a second for leave to send a large body.
  headers = curl_slist_append(headers, "Expect:");
  curl_easy_setopt(curl, CURLOPT_URL, request->url);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(curl, CURLOPT_HTTP09_ALLOWED, 0L);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, request->milliseconds);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   request->milliseconds < 30000 ? request->milliseconds : 30000L);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, request);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_piece);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, request);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, request);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  if (request->authorities != NULL) curl_easy_setopt(curl, CURLOPT_CAINFO, request->authorities);
  if (request->body != NULL) {
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_count);
  }
  CURLcode code = curl_easy_perform(curl);
  curl_slist_free_all(headers);
  // What was borrowed may not be found by the next request.
  curl_easy_reset(curl);
  strncpy(message, reason[0] != 0 ? reason : curl_easy_strerror(code), 255);
  message[255] = 0;
  return result(code);
}
