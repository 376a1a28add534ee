// SPDX-License-Identifier: Apache-2.0
package io.coffey.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A way to a broker that can be cut, held up or made to swallow everything: bytes in, the same bytes out, or not. */
final class FaultyNetwork implements AutoCloseable {

    /** What becomes of bytes. */
    enum Mode {
        /** They go through. */
        SOUND,
        /** Every connection is reset, and so is every new one. */
        CUT,
        /** Connections stay and nothing goes through; what was sent meanwhile arrives later. */
        HANGING,
        /** Everything takes a tenth of a second longer. */
        SLOW
    }

    private static final Duration DELAY = Duration.ofMillis(100);
    private static final int BUFFER_BYTES = 64 << 10;

    private final ServerSocket entrance;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger ended = new AtomicInteger();
    private volatile int target;
    private volatile Mode mode = Mode.SOUND;

    FaultyNetwork() {
        try {
            entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port that stands for the broker's. */
    int port() {
        return entrance.getLocalPort();
    }

    /** Begins to lead there. */
    void lead(int port) {
        target = port;
        new Thread(this::accept, "network").start();
    }

    /** How many connections ended otherwise than by their client's leave. */
    int ended() {
        return ended.get();
    }

    void set(Mode next) {
        mode = next;
        if (next == Mode.CUT) {
            open.forEach(FaultyNetwork::reset);
        }
    }

    private void accept() {
        while (!entrance.isClosed()) {
            try {
                connect(entrance.accept());
            } catch (IOException e) {
                // The entrance was closed, or the broker does not listen: the client tries again.
                ended.incrementAndGet();
            }
        }
    }

    private void connect(Socket client) throws IOException {
        if (mode == Mode.CUT) {
            reset(client);
            return;
        }
        try {
            Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(client);
            open.add(broker);
            new Thread(() -> carry(client, broker), "to-broker").start();
            new Thread(() -> carry(broker, client), "to-client").start();
        } catch (IOException e) {
            reset(client);
            throw e;
        }
    }

    private void carry(Socket from, Socket to) {
        try {
            copy(from.getInputStream(), to.getOutputStream());
        } catch (IOException | InterruptedException e) {
            // One end went away, as ends of this network do.
            ended.incrementAndGet();
        } finally {
            reset(from);
            reset(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private void copy(InputStream in, OutputStream out) throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            hold();
            out.write(buffer, 0, count);
        }
    }

    private void hold() throws InterruptedException {
        if (mode == Mode.SLOW) {
            TimeUnit.MILLISECONDS.sleep(DELAY.toMillis());
        }
        while (mode == Mode.HANGING) {
            TimeUnit.MILLISECONDS.sleep(DELAY.toMillis());
        }
    }

    private static void reset(Socket socket) {
        synchronized (socket) {
            if (socket.isClosed()) {
                return;
            }
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
        set(Mode.CUT);
    }
}
