package dev.tandem.examples;

import dev.tandem.ParallelRunner;
import dev.tandem.Progress;
import dev.tandem.TaskContext;
import dev.tandem.TaskFuture;
import java.awt.BorderLayout;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import javax.swing.JButton;
import javax.swing.JComboBox;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.JPanel;
import javax.swing.JProgressBar;
import javax.swing.JScrollPane;
import javax.swing.JTable;
import javax.swing.SwingUtilities;
import javax.swing.WindowConstants;
import javax.swing.table.DefaultTableModel;
import org.jspecify.annotations.Nullable;

/**
 * A window that digests a tree of files, on threads or on worker JVMs, and stays alive: it shows progress as it comes, and stops when told
 * to. Nothing here waits on the event thread. The argument is the directory, this one if there is none.
 */
final class SwingExplorer {

    private final Path root;
    private final ParallelRunner threads = ParallelRunner.threads();
    private final ParallelRunner processes = ParallelRunner.processes(o -> o.workers(1));

    private final JComboBox<String> engine = new JComboBox<>(new String[] {"threads", "worker JVMs"});
    private final JButton button = new JButton("Digest");
    private final JProgressBar bar = new JProgressBar();
    private final JLabel status = new JLabel(" ");
    private final DefaultTableModel rows = new DefaultTableModel(new Object[] {"file", "SHA-256"}, 0);

    private @Nullable TaskFuture<List<String[]>> running; // of the event thread

    private SwingExplorer(Path root) {
        this.root = root;
    }

    public static void main(String[] args) {
        Path root = Path.of(args.length > 0 ? args[0] : ".").toAbsolutePath().normalize();
        SwingUtilities.invokeLater(() -> new SwingExplorer(root).show());
    }

    private void show() {
        JPanel top = new JPanel(new BorderLayout(8, 8));
        top.add(engine, BorderLayout.WEST);
        top.add(bar, BorderLayout.CENTER);
        top.add(button, BorderLayout.EAST);
        bar.setStringPainted(true);
        JFrame frame = new JFrame("Digests of " + root);
        frame.setLayout(new BorderLayout(8, 8));
        frame.add(top, BorderLayout.NORTH);
        frame.add(new JScrollPane(new JTable(rows)), BorderLayout.CENTER);
        frame.add(status, BorderLayout.SOUTH);
        frame.setSize(760, 420);
        frame.setDefaultCloseOperation(WindowConstants.EXIT_ON_CLOSE);
        button.addActionListener(event -> toggle());
        frame.setVisible(true);
        button.doClick();
    }

    private void toggle() {
        if (running != null) {
            running.cancel();
            return;
        }
        rows.setRowCount(0);
        button.setText("Cancel");
        ParallelRunner runner = engine.getSelectedIndex() == 0 ? threads : processes;
        String directory = root.toString();
        TaskFuture<List<String[]>> future = runner.submit(() -> digests(directory));
        running = future;
        future.onProgress(
                        progress -> {
                            bar.setMaximum((int) progress.total());
                            bar.setValue((int) progress.done());
                            status.setText(progress.note());
                        },
                        SwingUtilities::invokeLater)
                .whenCompleteAsync(this::ended, SwingUtilities::invokeLater);
    }

    private void ended(@Nullable List<String[]> digests, @Nullable Throwable failure) {
        running = null;
        button.setText("Digest");
        if (failure instanceof CancellationException) {
            status.setText("cancelled");
        } else if (failure != null) {
            status.setText(failure.getMessage());
        } else if (digests != null) {
            digests.forEach(rows::addRow);
            status.setText(digests.size() + " files");
        }
    }

    /** Runs on either engine: what it needs comes as an argument, what it makes is its result. */
    private static List<String[]> digests(String directory) throws IOException {
        try (Stream<Path> tree = Files.walk(Path.of(directory))) {
            List<Path> files = tree.filter(Files::isRegularFile).limit(2_000).toList();
            List<String[]> digests = new ArrayList<>();
            for (Path file : files) {
                if (Thread.currentThread().isInterrupted()) {
                    break; // cancelled: nobody wants the rest
                }
                String name = Path.of(directory).relativize(file).toString();
                TaskContext.current().report(new Progress(digests.size(), files.size(), name));
                digests.add(new String[] {name, digest(file)});
            }
            TaskContext.current().report(files.size(), files.size());
            return digests;
        }
    }

    private static String digest(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }
}
