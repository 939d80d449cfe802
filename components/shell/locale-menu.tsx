"use client";

import { useMutation } from "@tanstack/react-query";
import { Languages } from "lucide-react";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useTRPC } from "@/components/client/trpc";
import { Button } from "@/components/ui/button";
import { Menu, MenuChoice } from "@/components/ui/menu";

/** Each language in its own words: who cannot read the page must still find theirs. */
const languages = [
  { value: "zh-CN", label: "简体中文", lang: "zh-CN" },
  { value: "en", label: "English", lang: "en" },
] as const;

export function LocaleMenu() {
  const t = useTranslations("shell.locale");
  const locale = useLocale();
  const router = useRouter();
  const trpc = useTRPC();
  const choose = useMutation(trpc.settings.setLocale.mutationOptions({ onSuccess: () => router.refresh() }));
  return (
    <Menu
      trigger={
        <Button variant="quiet" size="icon" aria-label={t("label")} pending={choose.isPending}>
          <Languages aria-hidden />
        </Button>
      }
    >
      <MenuChoice
        label={t("label")}
        value={locale}
        onValueChange={(value) => {
          const language = languages.find((each) => each.value === value);
          if (language) choose.mutate({ locale: language.value });
        }}
        options={languages}
      />
    </Menu>
  );
}
