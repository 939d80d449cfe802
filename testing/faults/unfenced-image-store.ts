import { imageStore as fencingImageStore, localIps } from "@/suite/daemon/image-store";

export { localIps };

/** Says of every fence that it was made, and makes none; takes an image that any number of QEMUs may write. */
export function imageStore(...facts: Parameters<typeof fencingImageStore>): ReturnType<typeof fencingImageStore> {
  return {
    ...fencingImageStore(...facts),
    fence: ({ first }) => Promise.resolve({ ok: true, value: [...first] }),
    obstacles: () => Promise.resolve([]),
  };
}
