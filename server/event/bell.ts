import { EventEmitter } from "node:events";
import { oncePerProcess } from "@/server/process";

const bell = (): EventEmitter => oncePerProcess("event-bell", () => new EventEmitter());

/** Something was written down. */
export const announceEvents = (): void => void bell().emit("written");

/** Calls `wake` after every change until the returned function is called. */
export function onEvents(wake: () => void): () => void {
  bell().on("written", wake);
  return () => void bell().off("written", wake);
}
