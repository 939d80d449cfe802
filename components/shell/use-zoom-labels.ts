"use client";

import { useTranslations } from "next-intl";

/** Words of a picture one can go into, the same everywhere. */
export function useZoomLabels() {
  const t = useTranslations("shell.zoom");
  return { hint: t("hint"), buttons: { in: t("in"), out: t("out"), whole: t("whole") } };
}
