"use client";

import { type RefObject, useEffect, useRef, useState } from "react";

/** Nearly in sight counts: what is asked for then is there when it comes into it. */
const ahead = "200px";

/** Whether the element is in the window, or about to be scrolled into it. */
export function useIsSeen<T extends Element>(): [RefObject<T | null>, boolean] {
  const ref = useRef<T>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const watch = new IntersectionObserver((found) => setSeen(found.at(-1)?.isIntersecting ?? false), {
      rootMargin: ahead,
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return [ref, isSeen];
}
