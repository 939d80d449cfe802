#ifndef SESSIONS_H
#define SESSIONS_H

// In memory only: a restart of the machine ends every session, as clients of the real platform also see it.
void session_open(char uuid[33]);
int session_is_open(const char *uuid);
void session_close(const char *uuid);

#endif
