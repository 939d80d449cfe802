"use client";

import { useTranslations } from "next-intl";
import type { CopyLabels } from "@/components/ui/copy-button";

export function useCopyLabels(): { one: CopyLabels; all: CopyLabels } {
  const t = useTranslations("shell.copy");
  const one = { copy: t("copy"), copied: t("copied"), failed: t("failed") };
  return { one, all: { ...one, copy: t("copyAll") } };
}
