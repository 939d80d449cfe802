import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Texts } from "@/app/texts";
import { LocaleMenu } from "@/components/shell/locale-menu";
import { Mark } from "@/components/shell/mark";
import { ThemeMenu } from "@/components/shell/theme-menu";

export default async function AuthLayout({ children }: { children: ReactNode }) {
  const t = await getTranslations("auth");
  return (
    <Texts areas={["auth", "sentences"]}>
      <div className="grid min-h-dvh grid-rows-[auto_1fr_auto]">
        <header className="flex justify-end gap-1 p-3 print:hidden">
          <LocaleMenu />
          <ThemeMenu />
        </header>
        <main className="mx-auto flex w-full max-w-sm flex-col justify-center gap-6 px-4 py-8">
          <div className="flex items-center gap-3">
            <Mark className="size-10" />
            <div>
              <p className="text-xl font-semibold tracking-tight">Trivet</p>
              <p className="text-muted">{t("tagline")}</p>
            </div>
          </div>
          {children}
        </main>
        <footer className="h-16" />
      </div>
    </Texts>
  );
}
