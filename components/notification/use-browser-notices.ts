"use client";

import { useSyncExternalStore } from "react";

/** Chosen in this browser, for this browser. */
const storageKey = "trivet-browser-notices";
const changed = "trivet-browser-notices-changed";

/** Why this browser cannot show any; null: it can, once it is asked. */
export type BrowserObstacle = "unsupported" | "insecure" | "denied" | null;

export interface BrowserNotices {
  readonly on: boolean;
  readonly obstacle: BrowserObstacle;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("storage", listener);
  window.addEventListener(changed, listener);
  return () => {
    window.removeEventListener("storage", listener);
    window.removeEventListener(changed, listener);
  };
}

function obstacle(): BrowserObstacle {
  if (!window.isSecureContext) return "insecure";
  if (!("Notification" in window)) return "unsupported";
  return Notification.permission === "denied" ? "denied" : null;
}

/** As text, so that the same state is the same value. */
function snapshot(): string {
  const stands = obstacle();
  const wanted = window.localStorage.getItem(storageKey) === "on";
  return `${wanted && stands === null && Notification.permission === "granted" ? "on" : "off"} ${stands ?? ""}`;
}

export function useBrowserNotices(): BrowserNotices {
  const [on, stands] = useSyncExternalStore(subscribe, snapshot, () => "off ").split(" ");
  const known = (["unsupported", "insecure", "denied"] as const).find((each) => each === stands);
  return { on: on === "on", obstacle: known ?? null };
}

/** Asks the browser's permission where it was not given yet. */
export async function chooseBrowserNotices(on: boolean): Promise<void> {
  if (on && Notification.permission === "default") await Notification.requestPermission();
  window.localStorage.setItem(storageKey, on ? "on" : "off");
  window.dispatchEvent(new Event(changed));
}
