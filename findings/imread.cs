#:package OpenCvSharp4@4.13.0.20260627
#:package OpenCvSharp4.official.runtime.linux-x64@4.13.0.20260627
#:property PublishAot=false
// Prints what OpenCV makes of picture files. Arguments: read|decode MODES FILE, repeated; MODES as in Color,IgnoreOrientation.
using System.Runtime.InteropServices;
using OpenCvSharp;

for (int i = 0; i + 2 < args.Length; i += 3)
{
    ImreadModes mode = args[i + 1].Split(',').Aggregate((ImreadModes)0, (all, one) => all | Enum.Parse<ImreadModes>(one));
    using Mat mat = args[i] == "read" ? Cv2.ImRead(args[i + 2], mode) : Cv2.ImDecode(File.ReadAllBytes(args[i + 2]), mode);
    if (mat.Empty())
    {
        Console.WriteLine("empty");
        continue;
    }
    using var numbers = new Mat();
    mat.ConvertTo(numbers, MatType.CV_64FC(mat.Channels()));
    var values = new double[(int)mat.Total() * mat.Channels()];
    Marshal.Copy(numbers.Data, values, 0, values.Length);
    Console.WriteLine($"{mat.Type()} {mat.Width}x{mat.Height} {string.Join(' ', values)}");
}
