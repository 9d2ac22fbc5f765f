"""Rewrites the fixtures of this folder: python3 generate.py FOLDER_OF_REFERENCE_MODELS (needs safetensors==0.4.3)."""
import glob, json, os, random, shutil, struct, sys
import safetensors
G=sys.argv[1]; F=os.path.dirname(os.path.abspath(__file__))
shapes={}; values={}
def read(f):
    b=open(f,'rb').read(); n=struct.unpack('<Q',b[:8])[0]; h=json.loads(b[8:8+n]); h.pop('__metadata__',None)
    return b,8+n,h
def decode(dt,raw):
    if dt=='F32': return list(struct.unpack('<%df'%(len(raw)//4),raw))
    if dt=='F16': return list(struct.unpack('<%de'%(len(raw)//2),raw))
    if dt=='BF16': return [struct.unpack('<f',b'\0\0'+raw[i:i+2])[0] for i in range(0,len(raw),2)]
    if dt=='I32': return list(struct.unpack('<%di'%(len(raw)//4),raw))
    raise Exception(dt)
for m in sorted(os.listdir(G)):
    shapes[m]={}; values[m]={}
    d=f'{F}/configs/{m}'; os.makedirs(d,exist_ok=True)
    for n in ('config.json','generation_config.json','preprocessor_config.json'):
        if os.path.exists(f'{G}/{m}/{n}'): shutil.copyfile(f'{G}/{m}/{n}',f'{d}/{n}')
    if os.path.isdir(f'{G}/{m}/clip-tiny-patch14-336'):
        e=f'{d}/clip-tiny-patch14-336'; os.makedirs(e,exist_ok=True)
        for n in ('config.json','preprocessor_config.json'): shutil.copyfile(f'{G}/{m}/clip-tiny-patch14-336/{n}',f'{e}/{n}')
    for f in sorted(glob.glob(f'{G}/{m}/*.safetensors')):
        b,o,h=read(f)
        for k,v in h.items(): shapes[m][k]=v['shape']
        names=sorted(h)
        for k in (names[0],names[len(names)//3],names[2*len(names)//3],names[-1]):
            v=h[k]; raw=b[o+v['data_offsets'][0]:o+v['data_offsets'][1]]; x=decode(v['dtype'],raw)
            pick=sorted({0,1,len(x)//2,len(x)-1})
            values[m][k]={'dtype':v['dtype'],'shape':v['shape'],'at':pick,'values':[x[i] for i in pick]}
json.dump(shapes,open(f'{F}/tensor-shapes.json','w'),separators=(',',':'))
json.dump(values,open(f'{F}/tensor-values.json','w'),indent=0)
# the official writer's bytes, all dtypes
random.seed(1)
T={}
for name,dt,size,shape in [('zeta','float32',4,[2,3]),('alpha','float32',4,[4]),('half','float16',2,[3]),('brain','bfloat16',2,[5]),('long','int64',8,[2]),('int','int32',4,[3]),('short','int16',2,[3]),('byte','int8',1,[3]),('ubyte','uint8',1,[2]),('flag','bool',1,[3]),('double','float64',8,[2]),('empty','float32',4,[0,7]),('scalar','float32',4,[]),('ushort','uint16',2,[1]),('uint','uint32',4,[2]),('ulong','uint64',8,[1])]:
    n=size
    for s in shape: n*=s
    data=bytes(random.randrange(256) for _ in range(n)) if dt!='bool' else bytes([1,0,1])
    if dt in('float32','float16','bfloat16','float64'):
        vals=[random.uniform(-4,4) for _ in range(n//size)]
        data={'float32':lambda:struct.pack('<%df'%len(vals),*vals),'float16':lambda:struct.pack('<%de'%len(vals),*vals),'float64':lambda:struct.pack('<%dd'%len(vals),*vals),'bfloat16':lambda:b''.join(struct.pack('<f',v)[2:] for v in vals)}[dt]()
    if dt=='uint64': data=data[:7]+b'\x12'
    T[name]={'dtype':dt,'shape':shape,'data':data}
b=safetensors.serialize(T,{'format':'pt'})
open(f'{F}/official-all-dtypes.safetensors','wb').write(b)
n=struct.unpack('<Q',b[:8])[0]
fmt={'F32':'f','F16':'e','F64':'d','I64':'q','I32':'i','I16':'h','I8':'b','U8':'B','U16':'H','U32':'I','U64':'Q','BOOL':'B'}
sz={'F32':4,'F16':2,'F64':8,'I64':8,'I32':4,'I16':2,'I8':1,'U8':1,'U16':2,'U32':4,'U64':8,'BOOL':1,'BF16':2}
out={}
for k,v in json.loads(b[8:8+n]).items():
    if k=='__metadata__': continue
    raw=b[8+n+v['data_offsets'][0]:8+n+v['data_offsets'][1]]; dt=v['dtype']
    x=decode(dt,raw) if dt=='BF16' else list(struct.unpack('<%d%s'%(len(raw)//sz[dt],fmt[dt]),raw))
    out[k]={'dtype':dt,'shape':v['shape'],'values':x}
json.dump(out,open(f'{F}/official-all-dtypes.json','w'),indent=0)
