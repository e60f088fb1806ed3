# Other engines than the machine's own, each in a container with a network of its own: what they do to its
# rules, they do there.
FROM debian:trixie-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
        ca-certificates docker.io iproute2 iptables rootlesskit slirp4netns socat uidmap \
    && rm -rf /var/lib/apt/lists/*
# Whose numbers a remapping engine takes.
RUN useradd --system dockremap && echo dockremap:200000:65536 | tee -a /etc/subuid >>/etc/subgid
# Whose engine the rootless one is.
RUN useradd --uid 1000 person && echo person:300000:65536 | tee -a /etc/subuid >>/etc/subgid
