// What the cases do with the other end of a simulated wire, faster than a shell can, and with the clock.
//
//   lines watch SECONDS FILE      writes "up MS" for each time that the line (a file "value" of gpio-sim) was high
//   lines mirror FROM TO          for ever: a line's "pull" follows another one's "value", as a camera's exposure output its trigger
//   lines bounce FILE TIMES       1 ms up, 1 ms down, so many times, and down
//   lines keep-clock              tells the kernel that its clock is kept, as NTP's program does
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void pause_ms(double ms)
{
    struct timespec t = { (time_t)(ms / 1e3), (long)((ms - (long)(ms / 1e3) * 1e3) * 1e6) };
    nanosleep(&t, NULL);
}

static int open_or_end(const char *path, int mode)
{
    int file = open(path, mode);
    if (file < 0) {
        perror(path);
        exit(1);
    }
    return file;
}

static int is_high(int file)
{
    char value = '0';
    return pread(file, &value, 1, 0) == 1 && value == '1';
}

static void pull(int file, int up)
{
    const char *way = up ? "pull-up" : "pull-down";
    if (pwrite(file, way, strlen(way), 0) < 0) {
        perror("pull");
        exit(1);
    }
}

int main(int count, char **words)
{
    if (count == 4 && !strcmp(words[1], "watch")) {
        int file = open_or_end(words[3], O_RDONLY), was = is_high(file);
        double end = now() + atof(words[2]) * 1e3, began = 0;
        while (now() < end) {
            int is = is_high(file);
            if (is && !was)
                began = now();
            if (!is && was) {
                printf("up %.1f\n", now() - began);
                fflush(stdout);
            }
            was = is;
            pause_ms(0.2);
        }
        return 0;
    }
    if (count == 4 && !strcmp(words[1], "mirror")) {
        int from = open_or_end(words[2], O_RDONLY), to = open_or_end(words[3], O_WRONLY), was = 0;
        for (;;) {
            int is = is_high(from);
            if (is != was)
                pull(to, is);
            was = is;
            pause_ms(0.2);
        }
    }
    if (count == 4 && !strcmp(words[1], "bounce")) {
        int file = open_or_end(words[2], O_WRONLY);
        for (int i = 0; i < atoi(words[3]); i++) {
            pull(file, 1);
            pause_ms(1);
            pull(file, 0);
            pause_ms(1);
        }
        return 0;
    }
    if (count == 2 && !strcmp(words[1], "keep-clock")) {
        struct timex t = { .modes = ADJ_STATUS | ADJ_MAXERROR | ADJ_ESTERROR, .status = STA_PLL, .maxerror = 1000, .esterror = 1000 };
        return adjtimex(&t) < 0;
    }
    fprintf(stderr, "lines: found %d words, expected watch, mirror, bounce or keep-clock\n", count);
    return 2;
}
