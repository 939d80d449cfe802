import { connect } from "@/testing/deploy-cluster-world/ceph-program";
import type { Program } from "@/testing/deploy-cluster-world/deploy-world";
import type { ScriptedAnswer } from "@/testing/conformance/memory-world";

const noSuch: ScriptedAnswer = { code: 2, stderr: "rbd: No such file or directory\n" };
const exists: ScriptedAnswer = { code: 17, stderr: "rbd: File exists\n" };

export const rbd: Program = (world, node, given) => {
  const as = given[1] === "--id" ? `client.${given[2]}` : "client.admin";
  const argv = given[1] === "--id" ? ["rbd", ...given.slice(3)] : given;
  const cluster = connect(world, node, as);
  if (cluster === null) return { code: 1, stderr: "rbd: couldn't connect to the cluster\n" };
  const { images } = cluster;
  const verb = argv[1] === "image-meta" ? `meta-${argv[2]}` : argv[1];
  const last = argv.at(-1) ?? "";
  const named =
    verb === "meta-get" || verb === "meta-set" ? (argv[3] ?? "") : verb === "rename" ? (argv[2] ?? "") : last;
  if (!cluster.pools.has(named.split("/")[0] ?? "")) return noSuch;
  const image = images.get(named);
  if (verb === "create") {
    if (image !== undefined) return exists;
    const bytes = Number.parseInt(argv[argv.indexOf("--size") + 1] ?? "", 10);
    const features = (argv[argv.indexOf("--image-feature") + 1] ?? "").split(",");
    images.set(named, { bytes, features, content: null, meta: new Map() });
    return { code: 0 };
  }
  if (image === undefined) return noSuch;
  switch (verb) {
    case "info":
      return { code: 0, stdout: JSON.stringify({ size: image.bytes, features: image.features }) };
    case "meta-get": {
      const value = image.meta.get(last);
      return value === undefined ? noSuch : { code: 0, stdout: value };
    }
    case "meta-set":
      image.meta.set(argv[4] ?? "", last);
      return { code: 0 };
    case "rename":
      if (images.has(last)) return exists;
      images.delete(named);
      images.set(last, image);
      return { code: 0 };
    case "rm":
      images.delete(named);
      return { code: 0 };
    default:
      return { code: 22 };
  }
};

/** `convert` leaves rubbish on an image that holds blocks already: that is what `--target-is-zero` promises away. */
export const qemuImg: Program = (world, node, argv) => {
  if (argv[1] === "--help") return { code: 0, stdout: "Supported formats: qcow2 raw rbd\n" };
  const [source = "", target = ""] = argv.slice(-2);
  const file = node.files.get(source);
  const [, name = "", , user = "admin"] = /^rbd:([^:]+)(:id=(.+))?$/.exec(target) ?? [];
  const image = connect(world, node, `client.${user}`)?.images.get(name);
  if (file === undefined || image === undefined) return { code: 1, stderr: "qemu-img: could not open\n" };
  if (argv[1] === "compare") return { code: image.content === file ? 0 : 1, stdout: "    (100.00/100%)\r" };
  image.content = image.content === null ? file : "rubbish";
  return { code: 0, stdout: "    (50.00/100%)\r    (100.00/100%)\r" };
};
