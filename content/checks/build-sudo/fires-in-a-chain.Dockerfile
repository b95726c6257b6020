FROM debian:12.5
USER 1000
RUN cd /srv && \
    sudo make install
