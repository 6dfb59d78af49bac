using LeafSeg.Common.Tests;

namespace LeafSeg.ModelTraining.Tests.Weights;

/// <summary>Makes HDF5 files by Python's h5py, each once for the class.</summary>
public sealed class KerasFiles : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static string Peer => Fixtures.Find("peers/matterport/peer.py");

    /// <summary>Folders of make_h5.py, goldens, layers.tsv and levels.tsv that Keras itself made, where there are any beside the checkout.</summary>
    public static string? Recorded => Fixtures.FindBeside("peers/matterport");

    public void Dispose() => folder.Dispose();

    /// <summary>Matterport's layers at their own widths, three classes; 250 MB.</summary>
    public string Full() => Write("full.h5");

    /// <summary>Matterport's layers with an eighth of its widths.</summary>
    public string Small(bool renamed = false) => renamed ? Write("renamed.h5", "--small", "--renamed") : Write("small.h5", "--small");

    /// <summary>A folder with a network's weights.h5, layers.tsv, levels.tsv and goldens/ by the peer in the repository.</summary>
    public string Answers()
    {
        string path = Path.Combine(folder.Path, "answers");
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path);
            PythonScript.Run([Peer, "answers", path]);
        }

        return path;
    }

    /// <summary>The weights whose answers Keras gave, 256 MB.</summary>
    public string RecordedWeights()
    {
        string path = Path.Combine(folder.Path, "recorded.h5");
        if (!File.Exists(path))
        {
            PythonScript.Run([Path.Combine(Recorded!, "make_h5.py"), path, "--quiet", "--classes", "3"]);
        }

        return path;
    }

    private string Write(string name, params string[] options)
    {
        string path = Path.Combine(folder.Path, name);
        if (!File.Exists(path))
        {
            PythonScript.Run([Peer, "weights", path, .. options]);
        }

        return path;
    }

    /// <summary>A file by a script that gets another one's path and its own.</summary>
    public string Convert(string from, string name, string script)
    {
        string path = Path.Combine(folder.Path, name);
        PythonScript.Run(["-c", script, from, path]);
        return path;
    }

    /// <summary>Two layers, a few kilobytes.</summary>
    public string Tiny() => Convert(
        "", "tiny.h5",
        """
        import h5py, numpy as np, sys
        with h5py.File(sys.argv[2], 'w') as b:
            b.attrs['layer_names'] = [b'conv1', b'res2a_branch2a']
            b.attrs['keras_version'] = '2.0.8'
            for l in 'conv1', 'res2a_branch2a':
                g = b.create_group(l)
                g.attrs['weight_names'] = [f'{l}/kernel:0'.encode(), f'{l}/bias:0'.encode()]
                g.create_dataset(f'{l}/kernel:0', data=np.ones((3, 3, 2, 4), '<f4'))
                g.create_dataset(f'{l}/bias:0', data=np.ones(4, '<f4'))
        """);
}
