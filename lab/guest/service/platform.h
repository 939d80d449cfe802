#ifndef PLATFORM_H
#define PLATFORM_H
#include "http.h"

// The subset of the platform's REST interface that maintenance needs, below /zstack/v1, plus /standin for test set-up.
void platform_answer(const struct request *request, struct response *response);

#endif
