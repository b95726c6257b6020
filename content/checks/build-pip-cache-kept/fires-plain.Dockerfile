FROM debian:12.5
RUN pip install flask==3.0.3
