using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LeafSeg.Common.Imaging;
using LeafSeg.ModelTraining.Augmentation;

namespace LeafSeg.Benchmarks;

/// <summary>torchvision in a Python process of its own that works only when asked, so that both sides take turns on one machine.</summary>
internal sealed class TorchvisionPeer : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("leafseg-peer-");
    private readonly Process process;

    public TorchvisionPeer(RgbImage picture, Truth truth, int rois, int threads)
    {
        File.WriteAllBytes(At("picture.bin"), picture.Pixels);
        File.WriteAllText(At("boxes.json"), JsonSerializer.Serialize(truth.Boxes.Select(b => new[] { b.X1, b.Y1, b.X2, b.Y2 })));
        using (FileStream masks = File.Create(At("masks.bin")))
        {
            foreach (ushort leaf in truth.LeafLabels)
            {
                for (int y = 0; y < picture.Height; y++)
                {
                    for (int x = 0; x < picture.Width; x++)
                    {
                        masks.WriteByte(truth.Labels[x, y] == leaf ? (byte)1 : (byte)0);
                    }
                }
            }
        }

        string script = Path.Combine(AppContext.BaseDirectory, "torchvision_peer.py");
        string[] arguments = [script, folder.FullName, Text(picture.Width), Text(rois), Text(threads)];
        ProcessStartInfo start = new(Python, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // It gets its own defaults, not the ones that suit TorchSharp.
        start.Environment.Remove("OMP_WAIT_POLICY");
        start.Environment.Remove("GOMP_SPINCOUNT");
        process = Process.Start(start) ?? throw new InvalidOperationException($"{Python} did not start");
        Versions = Read().ToString();
    }

    public string Versions { get; }

    /// <summary>Milliseconds that it took by its own clock, and how many leaves it found.</summary>
    public (double Milliseconds, int Detections) Ask(string what)
    {
        process.StandardInput.WriteLine(what);
        process.StandardInput.Flush();
        JsonElement answer = Read();
        return (answer.GetProperty("ms").GetDouble(), answer.GetProperty("detections").GetInt32());
    }

    /// <summary>Writes its weights as a .pth file and says where.</summary>
    public string SaveWeights()
    {
        Ask("save");
        return At("weights.pth");
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    private JsonElement Read()
    {
        string line = process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("torchvision ended; is Debian's python3-torchvision installed? Its output is above.");
        return JsonSerializer.Deserialize<JsonElement>(line);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private string At(string name) => Path.Combine(folder.FullName, name);
}
