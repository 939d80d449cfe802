"use client";

import Link from "next/link";
import { type ComponentProps, useState } from "react";

/**
 * A link that fetches its page ahead once somebody points at it or has the focus on it. One of many that are always in sight: each
 * fetched at once would cost a first load thirty requests and the panel as many pages.
 */
export function PlaceLink(props: Omit<ComponentProps<typeof Link>, "prefetch" | "onFocus" | "onPointerEnter">) {
  const [isMeant, setIsMeant] = useState(false);
  const mean = () => setIsMeant(true);
  return <Link {...props} prefetch={isMeant ? null : false} onFocus={mean} onPointerEnter={mean} />;
}
