# One image for the API, the worker and the operator's commands: compose says which of them a container runs.
# 24 is a long-term support line of Node, maintained until April 2028.

FROM node:24-bookworm-slim AS build
WORKDIR /veogate
ENV CI=true PNPM="npx --yes pnpm@12.21.0"
# The manifests come alone, so that a change of code does not install everything anew.
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY apps/api/package.json apps/api/
COPY apps/web/package.json apps/web/
COPY apps/worker/package.json apps/worker/
COPY packages/shared/package.json packages/shared/
COPY packages/simulator/package.json packages/simulator/
COPY ops/package.json ops/
RUN $PNPM install --frozen-lockfile --filter @veogate/api... --filter @veogate/web... --filter @veogate/worker... --filter @veogate/ops...
COPY tsconfig.base.json ./
COPY prisma prisma
COPY scripts/bundle.mjs scripts/generate-client.mjs scripts/
COPY packages packages
COPY apps apps
COPY ops ops
RUN $PNPM --filter @veogate/shared --filter @veogate/api --filter @veogate/worker --filter @veogate/ops --filter @veogate/web run build
RUN mkdir data journal backups

# What is needed to run, and nothing that is needed to build or to test.
FROM node:24-bookworm-slim AS packages
WORKDIR /veogate
ENV CI=true PNPM="npx --yes pnpm@12.21.0"
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY apps/api/package.json apps/api/
COPY apps/worker/package.json apps/worker/
COPY packages/shared/package.json packages/shared/
COPY ops/package.json ops/
RUN $PNPM install --prod --frozen-lockfile --filter @veogate/api... --filter @veogate/worker... --filter @veogate/ops...

FROM node:24-bookworm-slim AS final
WORKDIR /veogate
ENV NODE_ENV=production NODE_OPTIONS=--enable-source-maps HOST=0.0.0.0 PORT=8080 DATA_DIR=/data STORAGE_URL=file:///data/storage
COPY --from=packages /veogate ./
COPY --from=build /veogate/prisma prisma
COPY --from=build /veogate/packages/shared/dist packages/shared/dist
COPY --from=build /veogate/apps/api/dist apps/api/dist
COPY --from=build /veogate/apps/worker/dist apps/worker/dist
COPY --from=build /veogate/ops/dist ops/dist
COPY --from=build /veogate/apps/web/dist apps/web/dist
# What is written to. A new volume takes its owner from here.
COPY --from=build --chown=1000:1000 /veogate/data /data
COPY --from=build --chown=1000:1000 /veogate/journal /journal
COPY --from=build --chown=1000:1000 /veogate/backups /backups
USER 1000:1000
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/api/dist/main.js"]
