import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URL;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;

/** Asks for the head of a page as java.net does. Compiled for Java 8 and later. */
public class Ask {
	public static void main(String[] args) {
		System.out.println("version java " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")");
		int limit = (int) (Double.parseDouble(args[1]) * 1000);
		HttpURLConnection connection = null;
		try {
			connection = (HttpURLConnection) new URL(args[0]).openConnection();
			connection.setRequestMethod("HEAD");
			connection.setInstanceFollowRedirects(false);
			connection.setConnectTimeout(limit);
			connection.setReadTimeout(limit);
			System.out.println("status " + connection.getResponseCode());
			end(0);
		} catch (SocketTimeoutException failure) {
			end(shook(connection) ? 0 : 62);
		} catch (IOException failure) {
			String prefix = "";
			boolean tls = false;
			for (Throwable one = failure; one != null; one = one.getCause()) {
				System.err.println(prefix + one);
				prefix = "Caused by: ";
				tls |= one instanceof SSLException;
			}
			end(tls ? 60 : shook(connection) ? 0 : 61);
		}
	}

	/** Tells whether the handshake was done. */
	private static boolean shook(HttpURLConnection connection) {
		try {
			return ((HttpsURLConnection) connection).getCipherSuite() != null;
		} catch (RuntimeException notYet) {
			return false;
		}
	}

	private static void end(int status) {
		System.out.flush();
		System.err.flush();
		Runtime.getRuntime().halt(status);
	}
}
