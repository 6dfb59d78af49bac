using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LeafSeg.Common.Downloads;
using LeafSeg.Common.Messages;
using LeafSeg.ModelTraining.Collecting;
using LeafSeg.ModelTraining.Datasets;
using LeafSeg.ModelTraining.Faults;
using LeafSeg.ModelTraining.Reporting;

namespace LeafSeg.ModelTraining.Commands;

/// <summary>leafseg-train collect: fetches the doubtful pictures that rigs keep.</summary>
internal static class CollectCommand
{
    public static Command Create()
    {
        Argument<string[]> addresses = new("rig") { Description = "Address of a rig's status page, http://r17.local:8080", Arity = ArgumentArity.ZeroOrMore };
        Option<string> output = new("--out", "-o") { Description = "Folder for the pictures; made if it is not there, gone on with if it is", Required = true };
        Option<string?> rigs = new("--rigs") { Description = "File with a rig's address a line, and where a rig has its own, the file with its token behind it", HelpName = "FILE" };
        Option<string?> token = new("--token-file") { Description = "File whose first line is the rigs' token (statusPage.tokenFile)", HelpName = "FILE" };
        Option<string?> authority = new("--ca") { Description = "Certificates (PEM) one of which has signed that of the pages; those of the system otherwise", HelpName = "FILE" };
        Option<int?> most = new("--most") { Description = "Of each rig no more than so many new pictures, the most doubtful ones" };
        Command command = new("collect",
            """
            Fetches the pictures of which rigs' models were least sure, with what they drew. A rig keeps them where its settings have
            originals.doubtful.maxMegabytes, and serves them on its status page. Each is fetched once, the most doubtful first, and
            goes into the folder as SITE_RIG_PLANT_TIME.png and SITE_RIG_PLANT_TIME_label.png; collected.csv has a line for each.
            What breaks off goes on where it stopped when the command is given again. Nothing changes on the rig.

            The labels are what the model drew: 'leafseg-train label' shows them to be corrected, and 'prepare' leaves them out until
            somebody has looked at them.

            Examples:
              leafseg-train collect --out season --token-file token http://r17.local:8080
              leafseg-train collect --out season --rigs rigs.txt --ca ca.pem --most 30
              leafseg-train label --model leafseg.onnx season

            Exit codes: 0 done, 2 an argument cannot be used, 3 a file or folder cannot be used, or a rig or some of its pictures could
            not be had, 4 disk full, 130 interrupted.
            """)
        {
            addresses, output, rigs, token, authority, most,
        };
        command.SetAction((arguments, cancellation) => FileFault.ReportAsync(() => RunAsync(
            arguments.GetValue(output)!,
            RigAddress.Of(arguments.GetValue(addresses) ?? [], arguments.GetValue(rigs), arguments.GetValue(token)),
            TrustIn(arguments.GetValue(authority)), arguments.GetValue(most), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(
        string output, IReadOnlyList<RigAddress> rigs, X509ChainPolicy? trust, int? most, CancellationToken cancellation)
    {
        if (most is < 1)
        {
            throw new SettingsException(string.Create(CultureInfo.InvariantCulture, $"--most is {most}, expected 1 or more."));
        }

        using CollectedPictures folder = CollectedPictures.Open(output);
        PictureCollector collector = new(folder, most);
        int collected = 0;
        bool isWhole = true;
        foreach (RigAddress address in rigs)
        {
            if (address.IsExposed)
            {
                await Console.Error.WriteLineAsync($"{address.Page}: the token goes there unencrypted; statusPage.tls makes it https.");
            }

            using RigClient rig = new(address, trust);
            IReadOnlyList<string> faults;
            try
            {
                DoubtfulList list = await rig.ListAsync(cancellation);
                ProgressLine progress = ProgressLine.OnStandardError($"pictures of {list.Site}/{list.Rig}", collector.Wanted(list).Count);
                (int added, faults) = await collector.CollectAsync(rig, list, () => progress.Advance(), cancellation);
                progress.End();
                collected += added;
                Console.WriteLine($"{list.Site}/{list.Rig}: {added} new of {list.Pictures.Count} doubtful pictures.");
            }
            catch (CollectException e)
            {
                faults = [e.Message];
            }

            foreach (string fault in faults)
            {
                await Console.Error.WriteLineAsync(fault);
                isWhole = false;
            }
        }

        Console.WriteLine($"{collected} pictures collected: {output}");
        return isWhole ? ExitCode.Done : ExitCode.BadFile;
    }

    private static X509ChainPolicy? TrustIn(string? file)
    {
        try
        {
            return file is null ? null : Authorities.TrustOnly(file);
        }
        catch (CryptographicException e)
        {
            throw new DatasetException($"{file}: cannot be read as certificates ({e.Message}), expected a PEM file with one or more");
        }
    }
}
