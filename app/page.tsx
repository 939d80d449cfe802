import { redirect } from "next/navigation";
import { paths } from "@/components/client/paths";

export default function HomePage() {
  redirect(paths.clusters());
}
