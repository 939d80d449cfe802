import { runCommand } from "@/suite/system/run-command";

/** `virsh event` ends with every libvirtd restart, and an orphan of a killed zshad must not live for ever. */
const listenSeconds = 60;
const pauseMs = 1_000;

/** A wake-up, never a truth: events are lost while libvirtd restarts. Returns what stops it. */
export function followLibvirtEvents(onEvent: () => void): () => void {
  let stopped = false;
  const listen = async (): Promise<void> => {
    while (!stopped) {
      await runCommand(["virsh", "event", "--all", "--loop", "--timeout", String(listenSeconds)], {
        timeoutMs: (listenSeconds + 5) * 1000,
        onOutput: (stream, text) => {
          if (stream === "stdout" && !stopped && /^event /m.test(text)) onEvent();
        },
      });
      if (!stopped) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  };
  void listen();
  return () => {
    stopped = true;
  };
}
