#ifndef PAGE_H
#define PAGE_H
#include "text.h"

void page_html(struct text *out);

#endif
