"use client";

import { replaceEqualDeep } from "@tanstack/react-query";
import { useState } from "react";

/** The former object while the new one says the same: what is drawn from it need not be drawn anew. For plain data. */
export function useSame<T>(value: T): T {
  const [kept, setKept] = useState(value);
  const same = replaceEqualDeep(kept, value);
  if (same !== kept) setKept(same);
  return same;
}
