"use client";

import { useMutation } from "@tanstack/react-query";
import { LogOut, Settings } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem, MenuRule } from "@/components/ui/menu";
import type { Actor } from "@/contract/account";

export function UserMenu({ actor }: { actor: Actor }) {
  const t = useTranslations("shell.user");
  const router = useRouter();
  const trpc = useTRPC();
  const signOut = useMutation(
    trpc.auth.signOut.mutationOptions({
      // A full load, not a route change: nothing of this person's may stay in memory.
      onSuccess: () => window.location.assign(paths.login()),
    }),
  );
  return (
    <Menu
      trigger={
        <Button variant="quiet" size="icon" aria-label={t("menu", { name: actor.name })} pending={signOut.isPending}>
          <span
            aria-hidden
            className="grid size-6 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent uppercase"
          >
            {Array.from(actor.name)[0]}
          </span>
        </Button>
      }
    >
      <div className="px-2 py-1.5">
        <p className="font-medium">{actor.name}</p>
        <p className="text-xs text-muted">
          {actor.username} · {t(`role.${actor.role}`)}
        </p>
      </div>
      <MenuRule />
      <MenuItem onSelect={() => router.push(paths.settings())}>
        <Settings aria-hidden />
        {t("settings")}
      </MenuItem>
      <MenuItem onSelect={() => signOut.mutate()}>
        <LogOut aria-hidden />
        {t("signOut")}
      </MenuItem>
    </Menu>
  );
}
