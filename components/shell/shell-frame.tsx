import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { paths } from "@/components/client/paths";
import { Mark } from "@/components/shell/mark";
import { PlaceLink } from "@/components/shell/place-link";

export interface ShellFrameProps {
  rail: ReactNode;
  /** Palette, tray, menus: the right end of the top bar. */
  tools: ReactNode;
  children: ReactNode;
}

/** Top bar over rail and content. Below 1024 px the rail becomes a row that scrolls sideways. */
export function ShellFrame({ rail, tools, children }: ShellFrameProps) {
  const t = useTranslations("shell");
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr]">
      <a
        href="#content"
        className="fixed top-1.5 left-2 z-50 -translate-y-16 rounded-md bg-accent px-3 py-1.5 text-on-accent focus:translate-y-0"
      >
        {t("skipToContent")}
      </a>
      <header className="sticky top-0 z-30 flex h-12 items-center gap-2 border-b border-line bg-panel px-3 print:hidden">
        <PlaceLink href={paths.clusters()} aria-label={t("home")} className="flex items-center gap-2 rounded-md pr-3">
          <Mark />
          <span className="text-base font-semibold tracking-tight">Trivet</span>
        </PlaceLink>
        <div className="ml-auto flex min-w-0 items-center gap-1">{tools}</div>
      </header>
      <div className="flex min-w-0 flex-col lg:grid lg:grid-cols-[13rem_minmax(0,1fr)] print:block">
        <nav
          aria-label={t("places")}
          className="border-b border-line bg-panel lg:sticky lg:top-12 lg:h-[calc(100dvh-3rem)] lg:overflow-y-auto lg:border-r lg:border-b-0 print:hidden"
        >
          {rail}
        </nav>
        <main id="content" tabIndex={-1} className="min-w-0 px-4 py-5 outline-none sm:px-6">
          <div className="mx-auto max-w-[100rem]">{children}</div>
        </main>
      </div>
    </div>
  );
}
