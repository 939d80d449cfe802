"use client";

import { Search } from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import type { ShellCluster, ShellRun } from "@/components/shell/shell-data";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { Modal } from "@/components/ui/modal";
import { Skeleton } from "@/components/ui/skeleton";

// What it lists and judges is loaded when it is opened: no page's first load pays for it.
const PaletteContent = dynamic(() => import("@/components/shell/palette-content").then((it) => it.PaletteContent), {
  ssr: false,
  loading: () => <Skeleton className="m-3 h-40" />,
});

export interface CommandPaletteProps {
  clusters: readonly ShellCluster[];
  runs: readonly ShellRun[];
}

/** ⌘K or Ctrl-K from anywhere: type a few letters of a name and be there. */
export function CommandPalette({ clusters, runs }: CommandPaletteProps) {
  const t = useTranslations("shell");
  const router = useRouter();
  const [open, setOpen] = useState(false);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setOpen((was) => !was);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);

  const go = (href: string): void => {
    setOpen(false);
    router.push(href);
  };

  return (
    <>
      <Button
        variant="secondary"
        className="font-normal text-muted"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(true)}
      >
        <Search aria-hidden />
        <span className="hidden pr-4 sm:inline">{t("palette.open")}</span>
        <Kbd>Ctrl K</Kbd>
      </Button>
      <Modal
        open={open}
        onOpenChange={setOpen}
        label={t("palette.title")}
        className="mx-auto mt-[12vh] w-[calc(100vw-2rem)] max-w-xl"
      >
        <PaletteContent clusters={clusters} runs={runs} go={go} />
      </Modal>
    </>
  );
}
