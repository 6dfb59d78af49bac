using LeafSeg.Common.Tests;

namespace LeafSeg.ModelTraining.Tests.Weights;

/// <summary>Files that Debian's torchvision writes for its networks with random weights, and what these answer.</summary>
public sealed class TorchvisionFiles : IDisposable
{
    private const string Script =
        """
        import sys, torch, torchvision
        out = sys.argv[1]
        torch.set_num_threads(1)
        torch.manual_seed(7)

        def randomise(network):
            for name, value in network.state_dict().items():
                if name.endswith('running_mean'): value.normal_(0, .1)
                elif name.endswith('running_var'): value.uniform_(.5, 1.5)
                elif value.dim() == 1 and value.is_floating_point(): value.uniform_(.2, .6)
            return network.eval()

        def old_names(state):
            def old(name):
                for i in '0123':
                    for part in 'inner', 'layer':
                        name = name.replace(f'{part}_blocks.{i}.0.', f'{part}_blocks.{i}.')
                    name = name.replace(f'mask_head.{i}.0.', f'mask_head.mask_fcn{int(i) + 1}.')
                return name.replace('rpn.head.conv.0.0.', 'rpn.head.conv.')
            return type(state)((old(name), value) for name, value in state.items())

        for kind in 'resnet18', 'resnet34', 'resnet50', 'resnet101':
            network = randomise(getattr(torchvision.models, kind)(weights=None))
            torch.save(network.state_dict(), f'{out}/{kind}.pth', _use_new_zipfile_serialization=kind != 'resnet50')
            x = torch.randn(1, 3, 64, 64)
            maps = {'x': x}
            with torch.no_grad():
                x = network.maxpool(network.relu(network.bn1(network.conv1(x))))
                for i in 1, 2, 3, 4:
                    x = maps[f'c{i + 1}'] = getattr(network, f'layer{i}')(x)
            torch.save(maps, f'{out}/{kind}-maps.pth')

        for classes in 2, 91:
            network = torchvision.models.detection.maskrcnn_resnet50_fpn(weights=None, weights_backbone=None, num_classes=classes)
            state = randomise(network).state_dict()
            if classes == 2:
                torch.save({'model': state, 'optimizer': {'state': {0: {'step': 1}}}, 'epoch': 3}, f'{out}/{classes}.pth')
            else:
                torch.save(old_names(state), f'{out}/{classes}.pth', _use_new_zipfile_serialization=False)
        """;

    private readonly TemporaryFolder folder = new();

    public TorchvisionFiles() => PythonScript.Run("-c", Script, folder.Path);

    public void Dispose() => folder.Dispose();

    /// <summary>A ResNet's file, and a file of its maps: x, c2 to c5.</summary>
    public (string Weights, string Maps) ResNet(string name) =>
        (Path.Combine(folder.Path, $"{name}.pth"), Path.Combine(folder.Path, $"{name}-maps.pth"));

    /// <summary>
    /// maskrcnn_resnet50_fpn. Of 2 classes it is what a training script saves; of 91 what was published: old form, old names.
    /// </summary>
    public string MaskRcnn(int classes) => Path.Combine(folder.Path, $"{classes}.pth");
}
