using System.Diagnostics;
using System.Globalization;
using LeafSeg.EdgeAgent.Outbox;

namespace LeafSeg.Benchmarks;

/// <summary>Results a second that the outbox records, each on the disk before the next, and gives back acknowledged.</summary>
internal static class OutboxSpeed
{
    private const int ResultBytes = 3000;

    public static void Run(string[] args)
    {
        int results = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5000;
        string folder = Directory.CreateTempSubdirectory("leafseg-outbox-").FullName;
        try
        {
            byte[] payload = new byte[ResultBytes];
            new Random(1).NextBytes(payload);
            using OutboxStore outbox = OutboxStore.Open(folder);
            long written = ProcessCost.WrittenBytes(Environment.ProcessId);
            Stopwatch watch = Stopwatch.StartNew();
            for (int i = 0; i < results; i++)
            {
                outbox.Record(_ => payload);
            }

            Say("recorded", watch);
            watch.Restart();
            while (outbox.Oldest() is { } oldest)
            {
                outbox.Acknowledge(oldest.Sequence, []);
            }

            Say("read and acknowledged", watch);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"bytes written a result of {ResultBytes} bytes      {(ProcessCost.WrittenBytes(Environment.ProcessId) - written) / results,12:N0}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Say(string what, Stopwatch watch) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what,-40}{results / watch.Elapsed.TotalSeconds,12:N0} results/s"));
    }
}
