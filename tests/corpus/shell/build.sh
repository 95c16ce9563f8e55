set -eux; \
	savedAptMark="$(apt-mark showmanual)"; \
	apt-get update; \
	apt-get install -y --no-install-recommends \
		curl \
		# a comment inside
		ca-certificates \
	; \
	rm -rf /var/lib/apt/lists/*; \
	groupadd -g 1000 app && useradd -u 1000 -g app -m app; \
	case "$(dpkg --print-architecture)" in amd64) arch=x86_64;; arm64) arch=aarch64;; *) exit 1;; esac; \
	[ -z "$savedAptMark" ] || apt-mark manual $savedAptMark; \
	find /usr/local -type f -perm /0111 -exec ldd '{}' ';' | awk '/=>/ { so = $(NF-1); if (index(so, "/usr/local/") == 1) { next } print so }' | sort -u | xargs -r dpkg-query --search
