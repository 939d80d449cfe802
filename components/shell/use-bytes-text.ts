"use client";

import { useFormatter } from "next-intl";

const units = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** 1.2 GB: the unit that keeps the figure below 1000. */
export function useBytesText(): (bytes: number) => string {
  const format = useFormatter();
  return (bytes) => {
    const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
    const scaled = bytes / 1000 ** step;
    const figure = format.number(scaled, { maximumFractionDigits: scaled >= 100 || step === 0 ? 0 : 1 });
    return `${figure} ${units[step]}`;
  };
}
