"use client";

import { useFormatter, useTranslations } from "next-intl";
import { useMemo } from "react";
import { useIsAwake } from "@/components/ui/use-now";

/**
 * Every reading is confirmed within that time while all is well. Shorter: the ages of a page on which nothing happens change all the time,
 * which costs the browser more than the rest of it. Longer: a reading about to be doubted looks like any other.
 */
const recent = 20;
/** Older, and not yet minutes. Finer draws anew what nobody reads to the second. */
const step = 10;
const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

export interface TimeText {
  /** "2026-11-22 14:02:07", in the reader's zone. */
  absolute: (iso: string) => string;
  /** "14:02:07", for marks along an axis. */
  clock: (seconds: number) => string;
  age: (seconds: number) => string;
  /** The smallest age that is told in the same words. */
  ageStep: (seconds: number) => number;
  duration: (seconds: number) => string;
}

const readableZones = new Map<string, Intl.DateTimeFormat>();

/** Sorts and reads the same in every language; an operator compares it with log lines. Made once: making one costs more than a card. */
function readableIn(timeZone: string): Intl.DateTimeFormat {
  const known = readableZones.get(timeZone);
  if (known !== undefined) return known;
  const two = "2-digit";
  const parts = { year: "numeric", month: two, day: two, hour: two, minute: two, second: two } as const;
  const made = new Intl.DateTimeFormat("sv-SE", { timeZone, ...parts });
  readableZones.set(timeZone, made);
  return made;
}

/** Floor of the age to what its words tell. */
function ageStep(seconds: number): number {
  if (seconds < recent) return 0;
  if (seconds < 2 * minute) return seconds - (seconds % step);
  return seconds - (seconds % (seconds < 2 * day ? minute : day));
}

/** Times in words. While rendering on the server the reader's zone is not known: absolute times then say UTC. */
export function useTimeText(): TimeText {
  const t = useTranslations("shell");
  const format = useFormatter();
  const onServer = !useIsAwake();
  return useMemo(() => {
    const timeZone = onServer ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone;
    const readable = readableIn(timeZone);
    const absolute = (iso: string) => {
      const date = new Date(iso);
      if (Number.isNaN(date.getTime())) return iso;
      const text = readable.format(date);
      return onServer ? `${text} UTC` : text;
    };
    return {
      absolute,
      clock: (seconds) =>
        format.dateTime(new Date(seconds * 1000), {
          timeZone,
          hour: "2-digit",
          minute: "2-digit",
          second: "2-digit",
          hourCycle: "h23",
        }),
      age: (seconds) => {
        if (seconds < recent) return t("age.recent", { seconds: recent });
        if (seconds < 2 * minute) return t("age.seconds", { seconds: ageStep(seconds) });
        if (seconds < hour) return t("age.minutes", { minutes: Math.floor(seconds / minute) });
        if (seconds < 2 * day)
          return t("age.hours", { hours: Math.floor(seconds / hour), minutes: Math.floor((seconds % hour) / minute) });
        return t("age.days", { days: Math.floor(seconds / day) });
      },
      ageStep,
      duration: (seconds) => {
        if (seconds < minute) return t("duration.seconds", { seconds: Math.round(seconds * 10) / 10 });
        if (seconds < hour)
          return t("duration.minutes", {
            minutes: Math.floor(seconds / minute),
            seconds: Math.round(seconds % minute),
          });
        if (seconds < 2 * day)
          return t("duration.hours", {
            hours: Math.floor(seconds / hour),
            minutes: Math.floor((seconds % hour) / minute),
          });
        return t("duration.days", { days: Math.floor(seconds / day), hours: Math.floor((seconds % day) / hour) });
      },
    };
  }, [t, format, onServer]);
}
