"use client";

import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTRPC } from "@/components/client/trpc";
import { sendFile, type UploadProgress } from "@/components/deployment/chunked-upload";

/** Remembered in this browser, so that choosing the same file again goes on instead of starting over. */
const memoryKey = (file: File): string => `trivet-upload:${file.name}:${file.size}:${file.lastModified}`;

export interface UploadWork {
  fileName: string | null;
  progress: UploadProgress | null;
  error: unknown;
  busy: boolean;
  start: (file: File) => void;
  stop: () => void;
}

/** One upload at a time; `onDone` gets the id of the finished one. */
export function useUpload(onDone: (uploadId: string) => Promise<void>): UploadWork {
  const trpc = useTRPC();
  const begin = useMutation(trpc.deployment.beginUpload.mutationOptions());
  const abort = useRef<AbortController | null>(null);
  const [fileName, setFileName] = useState<string | null>(null);
  const [progress, setProgress] = useState<UploadProgress | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => () => abort.current?.abort(), []);

  const send = async (file: File): Promise<void> => {
    const controller = new AbortController();
    abort.current = controller;
    setFileName(file.name);
    setError(null);
    setBusy(true);
    try {
      const known = window.localStorage.getItem(memoryKey(file));
      const options = { signal: controller.signal, onProgress: setProgress };
      const uploadId = known !== null && (await resumed(file, known, options)) ? known : await anew(file, options);
      window.localStorage.removeItem(memoryKey(file));
      await onDone(uploadId);
      setProgress(null);
    } catch (failure) {
      if (!controller.signal.aborted) setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const anew = async (file: File, options: Parameters<typeof sendFile>[2]): Promise<string> => {
    const { id } = await begin.mutateAsync({ fileName: file.name, bytes: file.size });
    window.localStorage.setItem(memoryKey(file), id);
    await sendFile(file, id, options);
    return id;
  };
  return {
    fileName,
    progress,
    error,
    busy,
    start: (file) => void send(file),
    stop: () => {
      abort.current?.abort();
      setBusy(false);
    },
  };
}

/** False when the server no longer knows the upload: then it is begun anew. */
async function resumed(file: File, uploadId: string, options: Parameters<typeof sendFile>[2]): Promise<boolean> {
  const known = await fetch(`/api/upload/${encodeURIComponent(uploadId)}`, { method: "HEAD", signal: options.signal });
  const state = known.headers.get("upload-state");
  if (!known.ok || (state !== "receiving" && state !== "complete")) return false;
  if (state === "receiving") await sendFile(file, uploadId, options);
  return true;
}
