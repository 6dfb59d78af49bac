using LeafSeg.Common.Tests;

namespace LeafSeg.ModelTraining.Tests.Weights;

/// <summary>Makes HDF5 files by Python's h5py, each once for the class.</summary>
public sealed class KerasFiles : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static string Folder => Shared.Require("peers/matterport");

    public void Dispose() => folder.Dispose();

    /// <summary>A file by the peer's own script.</summary>
    public string Make(params string[] arguments)
    {
        string path = Path.Combine(folder.Path, $"made{string.Concat(arguments)}.h5");
        if (!File.Exists(path))
        {
            PythonScript.Run([Path.Combine(Folder, "make_h5.py"), path, "--quiet", .. arguments]);
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
