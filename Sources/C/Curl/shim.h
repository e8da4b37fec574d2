#pragma once
/* curl's setopt and getinfo take any type behind an ellipsis, which Swift cannot call: one door per type. */
#include <curl/curl.h>

static inline CURLcode curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode curl_set_size(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode curl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode curl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

typedef size_t (*curl_data_function)(char *bytes, size_t size, size_t count, void *user);
typedef curl_socket_t (*curl_open_function)(void *user, curlsocktype purpose, struct curl_sockaddr *address);
typedef int (*curl_connected_function)(void *user, char *, char *, int, int);

/* `option` is CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION or CURLOPT_READFUNCTION. */
static inline CURLcode curl_set_data_function(CURL *easy, CURLoption option, curl_data_function function) {
    return curl_easy_setopt(easy, option, function);
}
static inline CURLcode curl_set_open_function(CURL *easy, curl_open_function function) {
    return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, function);
}
static inline CURLcode curl_set_connected_function(CURL *easy, curl_connected_function function) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, function);
}

static inline CURLcode curl_get_socket(CURL *easy, curl_socket_t *socket) {
    return curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, socket);
}

typedef int (*curl_watch_function)(CURL *easy, curl_socket_t socket, int what, void *user, void *);
typedef int (*curl_alarm_function)(CURLM *multi, long milliseconds, void *user);

static inline CURLMcode curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLMcode curl_multi_set_watch(CURLM *multi, curl_watch_function function, void *user) {
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, user);
    return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, function);
}
static inline CURLMcode curl_multi_set_alarm(CURLM *multi, curl_alarm_function function, void *user) {
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, user);
    return curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, function);
}

/* The result is in a union. */
static inline CURLcode curl_message_result(const CURLMsg *message) { return message->data.result; }
