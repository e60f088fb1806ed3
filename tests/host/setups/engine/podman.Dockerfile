# Podman with both of its ways to run Compose files, in a container with a network of its own.
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
        aardvark-dns ca-certificates catatonit crun docker-compose iproute2 netavark nftables passt podman podman-compose \
        socat uidmap \
    && rm -rf /var/lib/apt/lists/*
# Whose engine the rootless one is.
RUN useradd --uid 1000 person && echo person:300000:65536 | tee /etc/subuid >/etc/subgid
