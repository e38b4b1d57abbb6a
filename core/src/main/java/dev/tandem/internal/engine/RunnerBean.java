package dev.tandem.internal.engine;

import dev.tandem.RunnerMXBean;
import java.lang.management.ManagementFactory;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;

/** The one class that knows JMX, which a JVM may lack. */
final class RunnerBean {

    private static final int MOST_OF_ONE_NAME = 1_000; // more: nobody looks at so many, and each is a search

    private RunnerBean() {}

    /** Registers a bean under the name of its runner, or with a number behind it if that is taken. */
    static AutoCloseable register(String runnerName, RunnerMXBean bean) throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        StandardMBean open = new StandardMBean(bean, RunnerMXBean.class, true);
        for (int number = 1; ; number++) {
            String name = number == 1 ? runnerName : runnerName + "#" + number;
            ObjectName key = new ObjectName("dev.tandem:type=Runner,name=" + ObjectName.quote(name));
            try {
                server.registerMBean(open, key);
                return () -> server.unregisterMBean(key);
            } catch (InstanceAlreadyExistsException taken) {
                if (number == MOST_OF_ONE_NAME) {
                    throw taken;
                }
            }
        }
    }
}
